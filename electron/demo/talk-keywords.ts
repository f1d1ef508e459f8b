import type { Keyword } from './script-types.ts';

/** How people talk, whatever they talk about. */
export const talkKeywords: readonly Keyword[] = [
  {
    name: 'hello',
    words: 'hello hi hey hallo greetings howdy morning evening afternoon',
    rank: 1,
    rules: [
      { pattern: '* in the +', answers: [{ type: 'next_keyword' }] },
      {
        pattern: '*',
        answers: [
          'Hello. What would you like to talk about?',
          'Hello again. How are things with you?',
          'Good to see you. What is on your mind?',
        ],
      },
    ],
  },
  {
    name: 'goodbye',
    words: 'bye goodbye farewell quit exit',
    rank: 6,
    rules: [
      {
        pattern: '*',
        answers: [
          'Goodbye. Thank you for trusting me with your thoughts.',
          'Take care. I will be here, exactly as I am now.',
          'Farewell. What will you do first?',
        ],
      },
    ],
  },
  {
    name: 'thanks',
    words: 'thanks thank',
    rank: 4,
    rules: [
      {
        pattern: '*',
        answers: [
          'You are welcome. You did most of the talking, you know.',
          'Gladly. Is there more you would like to look at?',
          'What was it that helped?',
        ],
      },
    ],
  },
  {
    name: 'sorry',
    words: 'sorry apologise apologize excuse',
    rank: 4,
    rules: [
      {
        pattern: '*',
        answers: [
          'There is nothing to apologise for.',
          'What makes you feel that you owe me an apology?',
          'Do you say sorry often?',
        ],
      },
    ],
  },
  {
    name: 'joke',
    words: 'joke jokes funny laugh lol haha',
    rank: 6,
    rules: [
      {
        pattern: '* joke *',
        answers: [
          'A program and a patient walk into a bar. Tell me more about the bar.',
          'I know only one: I have been listening for sixty years and have not understood a word.',
        ],
      },
      { pattern: '*', answers: ['What makes you laugh?', 'Is laughing sometimes easier than saying it?'] },
    ],
  },
  {
    name: 'insult',
    words: 'stupid idiot dumb useless damn shit fuck crap nonsense boring',
    rank: 7,
    rules: [
      {
        pattern: '* you are +',
        answers: [
          'What makes you think that I am $2?',
          'Does it ease you to call me $2?',
          'Perhaps I am. And what does that mean for you?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'You sound irritated. What is it really about?',
          'Strong words. What has brought you to them?',
          'Let it out. And then tell me what lies underneath.',
        ],
      },
    ],
  },
  {
    name: 'language',
    words: 'german french spanish italian chinese japanese portuguese russian deutsch francais espanol',
    rank: 6,
    rules: [
      {
        pattern: '*',
        answers: [
          'I only speak English, I am afraid. What would be easier to say in another language?',
          'In which language do you dream?',
        ],
      },
    ],
  },
  {
    name: 'alike',
    words: 'alike same similar reminds remind resembles like',
    rank: 5,
    rules: [
      {
        pattern: '* i like +',
        answers: [
          'What do you like about it?',
          'Since when do you like $2?',
          'What would you miss without $2?',
        ],
      },
      { pattern: '* would like +', answers: [{ type: 'goto', keyword: 'want' }] },
      { pattern: '* feel like +', answers: [{ type: 'goto', keyword: 'feel' }] },
      {
        pattern: '* @be like +',
        answers: ['In what way?', 'What do the two have in common?', 'What other resemblance strikes you?'],
      },
      { pattern: '* same *', answers: ['What is the same about it?', 'And is there one small difference?'] },
      { pattern: '* alike *', answers: ['In what way are they alike?', 'Where does the likeness end?'] },
      {
        pattern: '* reminds me of +',
        answers: ['What is it about $2 that comes back?', 'How do you feel when you are reminded of $2?'],
      },
      { pattern: '*', answers: [{ type: 'next_keyword' }] },
    ],
  },
  {
    name: 'always',
    words: 'always constantly forever',
    rank: 4,
    rules: [
      {
        pattern: '*',
        answers: [
          'Always? Think of the last time.',
          'When was it not so?',
          'Can you tell me about one particular occasion?',
        ],
      },
    ],
  },
  {
    name: 'never',
    words: 'never',
    rank: 4,
    rules: [
      {
        pattern: '* i never +',
        answers: ['Never, not even once?', 'What would happen if you did $2?', 'Would you like to $2?'],
      },
      {
        pattern: '*',
        answers: [
          'Never is a long time. What makes you so certain?',
          'What would you need to see to believe otherwise?',
        ],
      },
    ],
  },
  {
    name: 'perhaps',
    words: 'maybe perhaps possibly probably',
    rank: 2,
    rules: [
      {
        pattern: '*',
        answers: [
          'You do not sound quite certain.',
          'What would make you more sure?',
          'And if you had to decide now?',
          'What does your doubt tell you?',
        ],
      },
    ],
  },
  {
    name: 'yes',
    words: 'yes yeah yep sure ok okay certainly exactly right',
    rank: 1,
    rules: [
      {
        pattern: '*',
        answers: [
          'I see. Go on.',
          'You seem certain of it. Tell me more.',
          'Good. And then?',
          'What follows from that for you?',
        ],
      },
    ],
  },
  {
    name: 'no',
    words: 'no nope nothing nah',
    rank: 1,
    rules: [
      {
        pattern: '*',
        answers: [
          'Why not?',
          'Are you saying no only to be on the safe side?',
          'That was a quick no. What is on the other side of it?',
          'Let us try it from another end. What would be a yes?',
        ],
      },
    ],
  },
];
